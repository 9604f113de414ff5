// The house as docs/architecture.md draws it: no circles, no sideways imports, no two files of one name; the arrows themselves are lint's.
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findCircles, project, readSource, readTests } from './readSource'

const all = readSource()
const source = all.filter(({ path }) => !/\.test\.tsx?$/.test(path))

/** The edges between groups of files. */
function edgesBetween(groupOf: (path: string) => string): ReadonlyMap<string, ReadonlySet<string>> {
  const edges = new Map<string, Set<string>>()
  for (const { path, imports } of source) {
    const from = groupOf(path)
    const targets = edges.get(from) ?? new Set()
    edges.set(from, targets)
    for (const imported of imports) if (groupOf(imported) !== from) targets.add(groupOf(imported))
  }
  return edges
}

/** `src/shared/graph`, `src/renderer/features/data`; what lies directly in a side is a group of its own. */
function tradeOf(path: string): string {
  const parts = path.split('/')
  const depth = parts[2] === 'features' ? 4 : 3
  return parts.slice(0, Math.min(depth, parts.length)).join('/')
}

describe('circles', () => {
  it('are found where there are some', () => {
    const edges = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['c', 'd'])],
      ['c', new Set(['a'])],
      ['d', new Set(['e'])],
      ['e', new Set<string>()],
    ])
    expect(findCircles(edges)).toEqual([['a', 'b', 'c']])
  })

  it('of folders: none', () => expect(findCircles(edgesBetween(tradeOf))).toEqual([]))

  it('of files, imports of types included: none', () => expect(findCircles(edgesBetween((path) => path))).toEqual([]))
})

it('has imports to look at', () => {
  expect(source.length).toBeGreaterThan(700)
  expect(source.reduce((sum, { imports }) => sum + imports.length, 0)).toBeGreaterThan(3000)
})

it('has no imports between features', () => {
  const featureOf = (path: string): string | undefined => /^src\/renderer\/features\/([^/]+)/.exec(path)?.[1]
  const sideways = all.flatMap(({ path, imports }) =>
    imports
      .filter((imported) => featureOf(path) && featureOf(imported) && featureOf(path) !== featureOf(imported))
      .map((imported) => `${path} > ${imported}`),
  )
  expect(sideways).toEqual([])
})

it('has no two files of one name, but the same parts of parallel targets', () => {
  /** What stands side by side on purpose: both engines, both importers, entries, registries. */
  const parallel: Readonly<Record<string, RegExp>> = {
    'engine.ts': /^src\/main\/engines\/(?:ort|tfjs)$/,
    'engineError.ts': /^src\/main\/engines\/(?:ort|tfjs)$/,
    'predictionSession.ts': /^src\/main\/engines\/(?:ort|tfjs)$/,
    'trainingSession.ts': /^src\/main\/engines\/(?:ort|tfjs)$/,
    'layerRules.ts': /^src\/shared\/exchange\/(?:tfjs|pytorch)$/,
    'windowRules.ts': /^src\/shared\/exchange\/(?:tfjs|pytorch)$/,
    'main.ts': /^src\/main\/(?:bench|cli|electron|trainer\/loop)$/,
    'index.ts': /^src\//,
  }
  const folders = new Map<string, string[]>()
  for (const { path } of all) folders.set(basename(path), [...(folders.get(basename(path)) ?? []), dirname(path)])
  const doubled = [...folders].filter(
    ([name, where]) => where.length > 1 && !where.every((at) => parallel[name]?.test(at)),
  )
  expect(doubled).toEqual([])
})

it('loads ONNX Runtime in one place, which silences it first', () => {
  const loads = [...all, ...readTests()].filter(({ text }) =>
    /(?<!import type [^\n]*)from 'onnxruntime-node'|(?:import|require|load)\('onnxruntime-node'\)/u.test(text),
  )
  expect(loads.map(({ path }) => path)).toEqual(['src/main/engines/ort/silencedRuntime.ts'])
})

it('says image and unfreeze', () => {
  const others = all.filter(({ text }) =>
    /pictur|thaw/iu.test(text.replaceAll(/--picture|\bpicture\b\??:|\.picture\b/gu, '')),
  )
  expect(others.map(({ path }) => path)).toEqual([])
})

it('names options and commands of the command line only there', () => {
  const commands = 'new|info|data|train|eval|predict|import|export|devices|demo|experiment|serve'
  const spoken = new RegExp(`['"\`\\s]--[a-z][a-z-]+['"\`\\s.,:)]|netloom (?:${commands})\\b`, 'u')
  /** Doors of their own; what starts Python, sh and the browser. */
  const others = /^src\/main\/(?:cli|bench|electron)\/|pythonCommands|openBrowser/u
  const told = source
    .filter(({ path }) => !others.test(path) && !path.endsWith('.css'))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .filter(
          (line) =>
            !/^\s*(?:\/\/|\/?\*)|(?:var|read|getPropertyValue)\(|--nl-|--mantine-/u.test(line) && spoken.test(line),
        )
        .map((line) => `${path}: ${line.trim()}`),
    )
  expect(told).toEqual([])
})

it('says what documents are called in one place', () => {
  const others = source.filter(
    ({ path, text }) => !path.endsWith('graph/fileNames.ts') && /\bnetloom\.json\b|['"`]\.netloom['"`]/u.test(text),
  )
  expect(others.map(({ path }) => path)).toEqual([])
})

it('names the commands of npm in one place, which knows where there are some', () => {
  const spoken = /\b(?:npm (?:install|i|ci|run|start|rebuild|exec)|npx )/u
  const told = source
    .filter(({ path }) => path !== 'src/main/process/installation.ts')
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .filter((line) => !/^\s*(?:\/\/|\/?\*)/u.test(line) && spoken.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    )
  expect(told).toEqual([])
})

it('leaves what the README has people make out of git, prettier and lint', () => {
  const read = (name: string): string => readFileSync(join(project, name), 'utf8')
  for (const name of ['.gitignore', '.prettierignore', '.oxlintrc.json'])
    for (const folder of ['netloom-demo', 'runs']) expect(read(name), `${name}: ${folder}`).toContain(folder)
})

describe('ways out', () => {
  /** What a hint calls each way out. */
  const words = /\b(?:engine ort|device cpu|as it is|Go on with)\b/

  it('are stated as data wherever a hint says one, and the command line reads no words', () => {
    const silent = source.flatMap(({ path, text }) => {
      if (!/^src\/(?:main|shared)\//.test(path) || path.startsWith('src/main/cli/')) return []
      return [...text.matchAll(/\bhint: (?:'[^'\n]*'|`[^`\n]*`)(?<rest>[^}]{0,80})/gu)]
        .filter(([whole, ...groups]) => words.test(whole.slice(0, -(groups[0] ?? '').length || undefined)))
        .filter(({ groups }) => !/\bway: /.test(groups?.['rest'] ?? ''))
        .map(([hint]) => `${path}: ${hint}`)
    })
    expect(silent).toEqual([])
    expect(source.find(({ path }) => path.endsWith('/waysByCommand.ts'))?.text).not.toMatch(
      /\bhint\b[^\n]*\btest\(|\.test\(hint/,
    )
  })
})
