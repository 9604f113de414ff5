// The arrows between the folders of src: lint refuses every import that goes up, however it is written, and no other.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { project } from './readSource'

/** From the lowest to the doors. */
const trades = [
  'files',
  'process',
  'engines',
  'devices',
  'datasets',
  'runs',
  'models',
  'exchange',
  'trainer',
  'api',
  'host',
  'cli',
  'electron',
  'bench',
] as const

/** Doors stand beside each other: these two arrows alone are taken between them. */
const doors: readonly string[] = ['host', 'cli', 'electron', 'bench']
const betweenDoors: readonly string[] = ['cli > host', 'bench > cli']

/** What one folder alone may load. */
const packages = {
  electron: ['electron', 'electron/main'],
  'engines/ort': ['onnxruntime-node', 'onnxruntime-node/dist/backend'],
  'engines/tfjs': ['@tensorflow/tfjs', '@tensorflow/tfjs-core/dist/util'],
} as const

interface Case {
  readonly file: string
  readonly line: string
  readonly isRefused: boolean
}

const folder = mkdtempSync(join(tmpdir(), 'netloom-arrows-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The folders of src/main with those inside, as `trainer/loop`. */
const homes = readdirSync(join(project, 'src', 'main'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => join(entry.parentPath, entry.name).slice(join(project, 'src', 'main').length + 1))
  .map((path) => path.replaceAll('\\', '/'))

function isUp(from: string, to: string): boolean {
  if (doors.includes(from) && doors.includes(to)) return !betweenDoors.includes(`${from} > ${to}`)
  return trades.findIndex((trade) => trade === to) > trades.findIndex((trade) => trade === from)
}

/** Every way to write an import of a module in another folder. */
function* writeImports(home: string, to: string): Generator<string> {
  const up = '../'.repeat(home.split('/').length)
  for (const path of [`${up}${to}/x`, `${up}${to}`, `${up}../main/${to}/x`, `./${up}${to}/deep/x`]) {
    yield `import { x } from '${path}'\nexport const tried = x`
    yield `import type { X } from '${path}'\nexport type Tried = X`
    yield `export * from '${path}'`
    yield `export const tried = () => import('${path}')`
  }
}

/** The imports that a folder may take and those that it may not. */
function listCases(home: string): readonly Omit<Case, 'file'>[] {
  const from = home.split('/')[0] ?? ''
  const up = '../'.repeat(home.split('/').length)
  const others = trades.filter((trade) => trade !== from)
  return [
    ...others.flatMap((to) => Array.from(writeImports(home, to), (line) => ({ line, isRefused: isUp(from, to) }))),
    ...Object.entries(packages).flatMap(([owner, names]) =>
      names.map((name) => ({ line: `import { x } from '${name}'\nexport const tried = x`, isRefused: home !== owner })),
    ),
    { line: `import { x } from '${up}../renderer/x'\nexport const tried = x`, isRefused: true },
    // A folder of shared with the name of one of main is another folder.
    { line: `import { x } from '${up}../shared/exchange/x'\nexport const tried = x`, isRefused: false },
    { line: `import { x } from '${up}../shared/datasets/x'\nexport const tried = x`, isRefused: false },
  ]
}

/** The files that lint refuses for an import, by the project's rules. */
function lintImports(cases: readonly Case[]): ReadonlySet<string> {
  rmSync(join(folder, 'src'), { recursive: true, force: true })
  copyFileSync(join(project, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  for (const { file, line } of cases) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${line}\n`)
  }
  const oxlint = join(project, 'node_modules', 'oxlint', 'bin', 'oxlint')
  const lint = spawnSync(process.execPath, [oxlint, '--format', 'json', 'src'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  const report = JSON.parse(lint.stdout) as { diagnostics: { code: string; filename: string }[] }
  return new Set(
    report.diagnostics
      .filter(({ code }) => code.includes('no-restricted-imports'))
      .map(({ filename }) => filename.replaceAll('\\', '/')),
  )
}

it('knows every folder of src/main', () => {
  expect(homes.filter((home) => !home.includes('/')).sort()).toEqual([...trades].sort())
})

it('lets imports go down only', () => {
  const cases = homes.flatMap((home) =>
    listCases(home).map((tried, index): Case => ({ ...tried, file: `src/main/${home}/tried${String(index)}.ts` })),
  )
  const refused = lintImports(cases)
  const wrong = cases.filter(({ file, isRefused }) => refused.has(file) !== isRefused)
  expect(wrong.map(({ file, line, isRefused }) => `${isRefused ? 'missed' : 'refused'}: ${file}: ${line}`)).toEqual([])
  expect(refused.size).toBeGreaterThan(1000)
})

it('keeps the engines apart', () => {
  const cases = [
    { file: 'src/main/engines/ort/other.ts', line: "export * from '../tfjs/engine'", isRefused: true },
    { file: 'src/main/engines/tfjs/other.ts', line: "export * from '../ort/engine'", isRefused: true },
    { file: 'src/main/engines/other.ts', line: "export const open = () => import('./ort/engine')", isRefused: false },
  ]
  const refused = lintImports(cases)
  expect(cases.filter(({ file }) => refused.has(file))).toEqual(cases.filter(({ isRefused }) => isRefused))
})

const sharedTrades = [
  'graph',
  'shapes',
  'onnx',
  'autodiff',
  'training',
  'datasets',
  'layers',
  'network',
  'edits',
  'lower',
  'targets',
  'exchange',
  'insight',
  'learning',
  'lectures',
  'contract',
] as const

/** The folders of one side that hold others: `features` is no trade of its own. */
function listFolders(side: string): readonly string[] {
  return readdirSync(join(project, 'src', side), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
}

/** What no folder of a side may load, whatever its rank. */
function* writeForeignImports(side: 'shared' | 'renderer', home: string): Generator<string> {
  const up = '../'.repeat(home.split('/').length + 1)
  const foreign = side === 'shared' ? ['main', 'renderer'] : ['main']
  const loaded = ['node:fs/promises', 'fs/promises', 'fs', 'child_process', 'electron', 'electron/main', 'sharp']
  const screens = [
    'react',
    'react/jsx-runtime',
    'react-dom/client',
    '@mantine/core',
    '@xyflow/react',
    '@tensorflow/tfjs',
  ]
  const names = [...loaded, 'onnxruntime-node', 'onnxruntime-node/dist/backend', ...(side === 'shared' ? screens : [])]
  for (const path of [...names, ...foreign.flatMap((other) => [`${up}${other}`, `${up}${other}/x`])]) {
    yield `import { x } from '${path}'\nexport const tried = x`
    yield `export const tried = () => import('${path}')`
  }
}

/** `to` is in `home` in all the ways a path can be written, from a file of its own or of a folder inside. */
function writeInside(side: string, home: string, inner: string, to: string): readonly string[] {
  const up = '../'.repeat(`${home}${inner}`.split('/').length)
  return [`${up}${to}/x`, `${up}${to}`, `${up}../${side}/${to}/x`, `./${up}${to}/deep/x`].flatMap((path) => [
    `import { x } from '${path}'\nexport const tried = x`,
    `import type { X } from '${path}'\nexport type Tried = X`,
    `export * from '${path}'`,
    `export const tried = () => import('${path}')`,
  ])
}

function judge(cases: readonly Case[]): readonly string[] {
  const refused = lintImports(cases)
  return cases
    .filter(({ file, isRefused }) => refused.has(file) !== isRefused)
    .map(({ file, line, isRefused }) => `${isRefused ? 'missed' : 'refused'}: ${file}: ${line}`)
}

it('keeps shared pure and its arrows down', () => {
  expect(listFolders('shared').filter((name) => !sharedTrades.some((trade) => trade === name))).toEqual([])
  const cases = sharedTrades.flatMap((from, rank) =>
    ['', '/inner'].flatMap((inner) =>
      [
        ...sharedTrades.flatMap((to, other) =>
          to === from ? [] : writeInside('shared', from, inner, to).map((line) => ({ line, isRefused: other > rank })),
        ),
        ...Array.from(writeForeignImports('shared', `${from}${inner}`), (line) => ({ line, isRefused: true })),
        {
          line: `import type { x } from '@tensorflow/tfjs-layers'\nexport type Tried = typeof x`,
          isRefused: false,
        },
      ].map((tried, index): Case => ({ ...tried, file: `src/shared/${from}${inner}/tried${String(index)}.ts` })),
    ),
  )
  expect(cases.filter(({ isRefused }) => isRefused).length).toBeGreaterThan(2000)
  expect(judge(cases)).toEqual([])
})

it('keeps features apart and the shell above them', () => {
  const ranks = ['kernel', 'session', 'features', 'shell']
  expect([...listFolders('renderer')].sort()).toEqual([...ranks].sort())
  const features = listFolders('renderer/features').map((name) => `features/${name}`)
  const rooms = ['kernel', 'session', ...features, 'shell']
  const rankOf = (room: string) => ranks.indexOf(room.split('/')[0] ?? '')
  const cases = rooms.flatMap((from) =>
    ['', '/inner'].flatMap((inner) =>
      [
        ...rooms
          .filter((to) => to !== from)
          .flatMap((to) =>
            writeInside('renderer', from, inner, to).map((line) => ({ line, isRefused: rankOf(to) >= rankOf(from) })),
          ),
        ...Array.from(writeForeignImports('renderer', `${from}${inner}`), (line) => ({ line, isRefused: true })),
      ].map((tried, index): Case => ({ ...tried, file: `src/renderer/${from}${inner}/tried${String(index)}.tsx` })),
    ),
  )
  expect(cases.filter(({ isRefused }) => isRefused).length).toBeGreaterThan(2000)
  expect(judge(cases)).toEqual([])
})

it('takes a neighbouring feature by its short path as what it is', () => {
  const cases = ['../blocks/x', '../blocks', '../../features/blocks/x', './../blocks/x'].map((path, index): Case => ({
    file: `src/renderer/features/canvas/short${String(index)}.ts`,
    line: `export * from '${path}'`,
    isRefused: true,
  }))
  expect(judge(cases)).toEqual([])
})
