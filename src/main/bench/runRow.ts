// Measures one row of the bench: starts both sides, lets them take turns, asks for their memory; not which rows there are.
import { setTimeout as wait } from 'node:timers/promises'
import type { BenchCase, BenchMode } from './benchCases'
import type { BenchTarget } from './contestants'
import { Contender } from './contender'
import { measure, type Measurement } from './measure'
import { planNetwork } from './networkPlan'
import type { OpenCall } from './protocol'

export interface BenchSettings {
  readonly threads: number
  readonly rounds: number
  readonly turnSeconds: number
  /** How to start our side (a command and its arguments). */
  readonly ours: readonly [string, ...string[]]
  /** How to start PyTorch's side; null: there is none. */
  readonly pytorch: readonly [string, ...string[]] | null
  /** Whether PyTorch runs as it is installed, without the allocator settings that make it faster. */
  readonly plainPytorch: boolean
  /** Called with remarks, e.g. why a row has no PyTorch. */
  readonly note: (text: string) => void
}

export interface BenchRow {
  readonly name: string
  readonly mode: BenchMode
  readonly engine: BenchTarget['engine']
  readonly device: BenchTarget['device']
  readonly batch: number
  readonly measurement: Measurement
  /** Bytes of the largest resident set, this row's process alone. */
  readonly peakMemoryBytes: number | null
  readonly pytorchPeakMemoryBytes: number | null
  /** Our speed over that of ONNX Runtime's on the CPU; null for that one, and where it was not measured. */
  readonly cpuRatio: number | null
  readonly versions: { readonly engine: string; readonly pytorch: string | null }
}

/** SGD with momentum on both sides; small enough for random labels never to diverge. */
const learningRate = 0.001
const momentum = 0.9

/**
 * glibc gives freed blocks of many megabytes back to the system and fetches them again page by page. PyTorch allocates so
 * for every operator; told to keep the memory, it runs a ResNet-20 forward about twice as fast and trains up to a quarter
 * faster. We compare with PyTorch at its best; our side runs as Netloom always does.
 */
const keepMemory = {
  MALLOC_MMAP_THRESHOLD_: String(2 ** 30),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 32),
  MALLOC_TOP_PAD_: String(2 ** 28),
}

/** The spinning threads of a side that has just finished are asleep after this. */
const settleMs = 60

/** @throws NetloomError `engine.failed` where our side fails; PyTorch's failures are noted and leave it out */
export async function runRow(
  row: BenchCase,
  mode: BenchMode,
  { engine, device }: BenchTarget,
  settings: BenchSettings,
): Promise<Omit<BenchRow, 'cpuRatio'>> {
  const { name, batch } = row
  const { threads, rounds, turnSeconds } = settings
  const plan = planNetwork(row.build())
  const call = { name, mode, batch, threads, engine, device, learningRate, momentum, plan }
  const [command, ...args] = settings.ours
  const ours = new Contender('Netloom', command, args, { NETLOOM_THREADS: String(threads) })
  let pytorch: OpenContender | null = null
  try {
    const { version, parameters } = await ours.open({ ...call, plan: undefined })
    pytorch = await openPytorch(settings, call, parameters)
    const pause = () => wait(settleMs)
    const measurement = await measure(ours, pytorch?.contender ?? null, { rounds, turnSeconds, pause })
    return {
      name,
      mode,
      engine,
      device,
      batch,
      measurement,
      peakMemoryBytes: await ours.peakMemory(),
      pytorchPeakMemoryBytes: (await pytorch?.contender.peakMemory()) ?? null,
      versions: { engine: version, pytorch: pytorch?.version ?? null },
    }
  } finally {
    await Promise.all([ours.close(), pytorch?.contender.close()])
  }
}

interface OpenContender {
  readonly contender: Contender
  readonly version: string
}

/** Opens the same network in PyTorch; null, with a note, where that fails or where it is not the same. */
async function openPytorch(
  { pytorch, plainPytorch, threads, note }: BenchSettings,
  call: Omit<OpenCall, 'call'>,
  parameters: number,
): Promise<OpenContender | null> {
  if (!pytorch) return null
  const [command, ...args] = pytorch
  const environment = { OMP_NUM_THREADS: String(threads), ...(plainPytorch ? {} : keepMemory) }
  const contender = new Contender('PyTorch', command, args, environment)
  try {
    const opened = await contender.open(call)
    if (opened.parameters === parameters) return { contender, version: opened.version }
    note(`${call.name}: PyTorch's network has ${opened.parameters} parameters, ours ${parameters}; not compared.`)
  } catch (error) {
    note(`${call.name}: without PyTorch. ${error instanceof Error ? error.message : String(error)}`)
  }
  await contender.close()
  return null
}
