// Reads the trace that onnxruntime writes with `enableProfiling` and adds its time up by operator; not switching it on.
import { z } from 'zod'
import { NetloomError } from '../../../shared/graph/errors'

/** One complete event (`ph: "X"`) of a trace in Chrome's trace event format; times in microseconds. */
const traceEventSchema = z.object({
  cat: z.string(),
  name: z.string(),
  ts: z.number(),
  dur: z.number(),
  args: z
    .object({
      op_name: z.string().optional(),
      /** What ran it: `CPUExecutionProvider`, `WebGpuExecutionProvider`. */
      provider: z.string().optional(),
      /** One entry per input: a data type and its extents, `{"float": [8, 3, 32, 32]}`. */
      input_type_shape: z.array(z.record(z.string(), z.array(z.number()))).optional(),
    })
    .default({}),
})

export type TraceEvent = z.output<typeof traceEventSchema>

/** The time of one operator, or of one operator on one set of input shapes, in the average run. */
export interface OperatorTime {
  /** The ONNX operator, as onnxruntime ran it after its fusions (`FusedConv`, `FusedMatMul`). */
  readonly operator: string
  /** Extents of the inputs, `32x16x32x32, 16x16x3x3`; empty where times of all shapes are added. */
  readonly inputs: string
  /** Nodes that ran, per run. */
  readonly calls: number
  readonly msPerRun: number
  /** Part of the run's wall time: 0 ... 1. */
  readonly share: number
}

export interface ProfileSummary {
  /** Runs that were counted. */
  readonly runs: number
  /** Wall time of the average run, in milliseconds. */
  readonly msPerRun: number
  /** Wall time outside of any operator: scheduling, memory, copies in and out. */
  readonly msOutside: number
  /** One entry per operator, the slowest first. */
  readonly byOperator: readonly OperatorTime[]
  /** One entry per operator and input shapes, the slowest first. */
  readonly byShape: readonly OperatorTime[]
}

/**
 * Reads a trace file.
 * @throws NetloomError `engine.failed` where the text is not such a trace
 */
export function parseTrace(text: string): readonly TraceEvent[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new NetloomError('engine.failed', 'onnxruntime wrote a profile that is not JSON.', { cause })
  }
  const parsed = z.array(traceEventSchema).safeParse(json)
  if (parsed.success) return parsed.data
  throw new NetloomError('engine.failed', 'onnxruntime wrote a profile of an unknown form.', { cause: parsed.error })
}

/**
 * Averages a trace over its runs (`model_run` events).
 * @param skipRuns runs at the start that are left out, because they also allocate memory
 * @throws NetloomError `engine.failed` where no run is left
 */
export function summariseProfile(events: readonly TraceEvent[], skipRuns = 0): ProfileSummary {
  const runs = events
    .filter((event) => event.cat === 'Session' && event.name === 'model_run')
    .sort((first, second) => first.ts - second.ts)
    .slice(skipRuns)
  const [first] = runs
  if (first === undefined) {
    throw new NetloomError('engine.failed', `The profile holds no run after the first ${skipRuns}.`, {
      hint: 'Profile more steps.',
    })
  }
  const kernels = events.filter(
    (event) => event.cat === 'Node' && event.name.endsWith('_kernel_time') && event.ts >= first.ts,
  )
  const msPerRun = total(runs) / runs.length / 1000
  const msInside = total(kernels) / runs.length / 1000
  return {
    runs: runs.length,
    msPerRun,
    msOutside: msPerRun - msInside,
    byOperator: addUp(kernels, () => '', runs.length, msPerRun),
    byShape: addUp(kernels, printInputs, runs.length, msPerRun),
  }
}

function total(events: readonly TraceEvent[]): number {
  return events.reduce((sum, event) => sum + event.dur, 0)
}

function addUp(
  kernels: readonly TraceEvent[],
  inputsOf: (event: TraceEvent) => string,
  runs: number,
  msPerRun: number,
): readonly OperatorTime[] {
  const groups = new Map<string, { operator: string; inputs: string; events: TraceEvent[] }>()
  for (const event of kernels) {
    const operator = event.args.op_name ?? event.name
    const inputs = inputsOf(event)
    const key = `${operator} ${inputs}`
    const group = groups.get(key) ?? { operator, inputs, events: [] }
    group.events.push(event)
    groups.set(key, group)
  }
  return [...groups.values()]
    .map(({ operator, inputs, events }) => {
      const ms = total(events) / runs / 1000
      return { operator, inputs, calls: events.length / runs, msPerRun: ms, share: ms / msPerRun }
    })
    .sort((first, second) => second.msPerRun - first.msPerRun)
}

function printInputs(event: TraceEvent): string {
  const inputs = event.args.input_type_shape ?? []
  return inputs.map((input) => Object.values(input)[0]?.join('x') || 'scalar').join(', ')
}
