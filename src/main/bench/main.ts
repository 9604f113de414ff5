// The start of `npm run bench`: reads the options, measures the rows, prints them; with the argument `worker`, our side of it.
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError, Option } from 'commander'
import { z } from 'zod'
import { engineNames } from '../../shared/training/deviceNames'
import { NetloomError } from '../../shared/graph/errors'
import { writeJson, writeNote, writeResult } from '../cli/output'
import { exitCodes, positive, wholeFrom } from '../cli/usage'
import { findDevices } from '../devices/deviceReports'
import { benchCases, benchModes, findBenchCases, type BenchMode } from './benchCases'
import { isReference, listTargets, type BenchTarget } from './contestants'
import { describeMachine } from './machine'
import { profileRow } from './profileRow'
import { findPythonWithTorch } from './pythonContender'
import { printBench, printProfile, toEntry } from './report'
import { runRow, type BenchRow, type BenchSettings } from './runRow'
import { serveBench } from './worker'

const devices = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const
/** `found`: what works here and is not hopelessly slow. */
const choices = ['found', 'all', ...devices] as const

const optionsSchema = z.object({
  json: z.boolean().default(false),
  only: z.string().optional(),
  mode: z.enum(benchModes).optional(),
  rounds: z.int(),
  seconds: z.number(),
  threads: z.int(),
  engine: z.enum(engineNames).optional(),
  device: z.enum(choices),
  pytorch: z.boolean(),
  plainPytorch: z.boolean().default(false),
  profile: z.string().optional(),
  steps: z.int(),
})

type Options = z.output<typeof optionsSchema>

function readOptions(): Options {
  const threads = Math.min(2, availableParallelism())
  const command = new Command('bench')
    .description('Measures training and inference, in turns with PyTorch where Python has it.')
    .option('--json', 'print the array that other programs read')
    .option('--only <name>', `one row: ${benchCases.map((each) => each.name).join(', ')}`)
    .addOption(new Option('--mode <mode>', 'only training or only inference').choices(benchModes))
    .option('--rounds <n>', 'turns of each side', wholeFrom(1), 7)
    .option('--seconds <n>', 'length of a turn', positive, 0.7)
    .option('--threads <n>', 'threads of each side', wholeFrom(1), threads)
    .addOption(new Option('--engine <engine>', 'one engine of our side').choices(engineNames))
    .addOption(
      new Option('--device <device>', 'found, all, or one device of our side').choices(choices).default('found'),
    )
    .option('--no-pytorch', 'measure our side alone')
    .option('--plain-pytorch', 'run PyTorch without the allocator settings that make it faster')
    .option('--profile <name>', 'print the time of a row by operator instead')
    .option('--steps <n>', 'steps that are profiled', wholeFrom(1), 20)
    .exitOverride()
    .parse()
  return optionsSchema.parse(command.opts())
}

/** Starts of both sides; PyTorch's script lies in the checkout. */
function readSettings(options: Options): BenchSettings {
  const entry = fileURLToPath(import.meta.url)
  const script = join(dirname(entry), '..', '..', 'scripts', 'bench', 'pytorch.py')
  const python = options.pytorch ? findPythonWithTorch() : null
  if (options.pytorch && python === null) writeNote('bench: no Python with torch for a comparison; ours alone.')
  return {
    threads: options.threads,
    rounds: options.rounds,
    turnSeconds: options.seconds,
    ours: [process.execPath, entry, 'worker'],
    pytorch: python === null ? null : [python, script],
    plainPytorch: options.plainPytorch,
    note: (text) => writeNote(`bench: ${text}`),
  }
}

/** The engines and devices to be measured. One that is named is taken as it is; the others are tried first. */
async function findTargets({ engine, device }: Options, note: (text: string) => void): Promise<readonly BenchTarget[]> {
  if (device !== 'found' && device !== 'all') return [{ engine: engine ?? 'ort', device }]
  const found = await findDevices({ engine, takesMissing: true })
  const targets = listTargets(found, device === 'all', note)
  return engine === undefined ? targets : targets.filter((target) => target.engine === engine)
}

async function measureRows(options: Options): Promise<number> {
  const settings = readSettings(options)
  const targets = await findTargets(options, settings.note)
  const rows: BenchRow[] = []
  let failures = 0
  for (const each of options.only === undefined ? benchCases : findBenchCases(options.only)) {
    for (const mode of listModes(options.mode)) {
      let reference: number | null = null
      for (const target of targets) {
        const title = `${each.name} ${mode} with ${target.engine} on ${target.device}`
        writeNote(`bench: ${title} ...`)
        try {
          const row = await runRow(each, mode, target, settings)
          const { secondsPerStep } = row.measurement
          rows.push({ ...row, cpuRatio: reference === null ? null : reference / secondsPerStep })
          if (isReference(target)) reference = secondsPerStep
        } catch (error) {
          failures++
          writeNote(`bench: ${title} failed. ${messageOf(error)}`)
        }
      }
    }
  }
  if (options.json) writeJson(rows.map(toEntry))
  else if (rows.length > 0) writeResult(printBench(rows, describeMachine(), options))
  return failures === 0 ? exitCodes.done : exitCodes.failed
}

async function profileRows(options: Options, name: string): Promise<number> {
  process.env['NETLOOM_THREADS'] = String(options.threads)
  const profiles: object[] = []
  for (const each of findBenchCases(name)) {
    for (const mode of listModes(options.mode ?? 'train')) {
      const summary = await profileRow(each, mode, options.steps, profiledDevice(options))
      profiles.push({ name: each.name, mode, ...summary })
      if (!options.json) writeResult(`${printProfile(`${each.name} ${mode}`, summary)}\n`)
    }
  }
  if (options.json) writeJson(profiles)
  return exitCodes.done
}

/** Profiles are of ONNX Runtime on one device. */
function profiledDevice({ device }: Options): (typeof devices)[number] {
  return device === 'found' || device === 'all' ? 'cpu' : device
}

function listModes(mode: BenchMode | undefined): readonly BenchMode[] {
  return mode === undefined ? benchModes : [mode]
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function main(): Promise<number> {
  try {
    if (process.argv[2] === 'worker') {
      await serveBench()
      return exitCodes.done
    }
    const options = readOptions()
    return await (options.profile === undefined ? measureRows(options) : profileRows(options, options.profile))
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    writeNote(`bench: ${messageOf(error)}`)
    if (!(error instanceof NetloomError) && error instanceof Error) writeNote(error.stack ?? '')
    return exitCodes.failed
  }
}

process.exitCode = await main()
