// The source files with their imports, as text: what the tests of the house count; not a test.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export const project = resolve(import.meta.dirname, '..', '..')

export interface SourceFile {
  /** From the project's root: `src/shared/graph/edits.ts`. */
  readonly path: string
  readonly text: string
  /** Paths of the files of ours that it imports, types included. */
  readonly imports: readonly string[]
}

/** Every way to name another module: import and export from, import for its effect, import(), and URLs of workers. */
const specifier = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+|\bnew URL\(\s*)(['"])(?<path>\.{1,2}\/[^'"\n]*)\1/gu

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? listFiles(path) : /\.tsx?$/.test(entry.name) ? [path] : []
  })
}

function findModule(from: string, path: string): string | undefined {
  const base = resolve(dirname(from), path)
  return [base, `${base}.ts`, `${base}.tsx`, join(base, 'index.ts')].find(
    (file) => existsSync(file) && statSync(file).isFile() && /\.tsx?$/.test(file),
  )
}

/** All files of `src`, tests included. */
export const readSource = (): readonly SourceFile[] => readFolder('src')

/** All files of `tests`. */
export const readTests = (): readonly SourceFile[] => readFolder('tests')

function readFolder(name: string): readonly SourceFile[] {
  const short = (path: string): string => relative(project, path).replaceAll('\\', '/')
  return listFiles(join(project, name)).map((file) => {
    const text = readFileSync(file, 'utf8')
    const found = Array.from(text.matchAll(specifier), ({ groups }) => findModule(file, groups?.['path'] ?? ''))
    return { path: short(file), text, imports: [...new Set(found.flatMap((path) => (path ? [short(path)] : [])))] }
  })
}

/** Groups of names that lead to each other, each sorted; found by Tarjan's algorithm. */
export function findCircles(edges: ReadonlyMap<string, ReadonlySet<string>>): readonly (readonly string[])[] {
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const circles: string[][] = []
  const visit = (name: string): void => {
    order.set(name, order.size)
    lowest.set(name, order.get(name) ?? 0)
    open.push(name)
    for (const next of edges.get(name) ?? []) {
      if (!order.has(next)) visit(next)
      if (open.includes(next)) lowest.set(name, Math.min(lowest.get(name) ?? 0, lowest.get(next) ?? 0))
    }
    if (lowest.get(name) !== order.get(name)) return
    const circle = open.splice(open.indexOf(name))
    if (circle.length > 1) circles.push(circle.sort())
  }
  for (const name of edges.keys()) if (!order.has(name)) visit(name)
  return circles
}
