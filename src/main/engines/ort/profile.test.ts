import { describe, expect, it } from 'vitest'
import { parseTrace, summariseProfile, type TraceEvent } from './profile'

const run = (ts: number, dur: number): TraceEvent => ({ cat: 'Session', name: 'model_run', ts, dur, args: {} })
const kernel = (operator: string, ts: number, dur: number, inputs: readonly number[][] = []): TraceEvent => ({
  cat: 'Node',
  name: `${operator.toLowerCase()}1_kernel_time`,
  ts,
  dur,
  args: { op_name: operator, input_type_shape: inputs.map((extents) => ({ float: extents })) },
})

describe('summariseProfile', () => {
  // Two runs of 10 ms and 6 ms: Conv 4 + 2 twice in the first, 4 in the second; Relu 1 in each.
  const events = [
    run(0, 10_000),
    kernel('Conv', 100, 4_000, [[1, 3, 8, 8]]),
    kernel('Conv', 4_200, 2_000, [[1, 4, 8, 8]]),
    kernel('Relu', 6_300, 1_000),
    run(20_000, 6_000),
    kernel('Conv', 20_100, 4_000, [[1, 3, 8, 8]]),
    kernel('Relu', 24_200, 1_000),
  ]

  it('averages wall time and operators over the runs, slowest first', () => {
    const summary = summariseProfile(events)
    expect(summary.runs).toBe(2)
    expect(summary.msPerRun).toBe(8)
    expect(summary.msOutside).toBe(2)
    expect(summary.byOperator).toEqual([
      { operator: 'Conv', inputs: '', calls: 1.5, msPerRun: 5, share: 0.625 },
      { operator: 'Relu', inputs: '', calls: 1, msPerRun: 1, share: 0.125 },
    ])
  })

  it('tells the shapes of an operator apart', () => {
    const shapes = summariseProfile(events).byShape.filter((entry) => entry.operator === 'Conv')
    expect(shapes.map(({ inputs, msPerRun }) => [inputs, msPerRun])).toEqual([
      ['1x3x8x8', 4],
      ['1x4x8x8', 1],
    ])
  })

  it('leaves out the first runs and what ran in them', () => {
    const summary = summariseProfile(events, 1)
    expect(summary.runs).toBe(1)
    expect(summary.msPerRun).toBe(6)
    expect(summary.byOperator.map(({ operator, msPerRun }) => [operator, msPerRun])).toEqual([
      ['Conv', 4],
      ['Relu', 1],
    ])
  })

  it('refuses a trace without a run that counts', () => {
    expect(() => summariseProfile(events, 2)).toThrow(expect.objectContaining({ code: 'engine.failed' }))
  })
})

describe('parseTrace', () => {
  it('reads events as onnxruntime 1.30 writes them and keeps only what is used', () => {
    const text = `[
      {"cat":"Session","pid":1,"tid":1,"dur":81,"ts":5,"ph":"X","name":"model_run","args":{}},
      {"cat":"Node","pid":1,"tid":1,"dur":24,"ts":9,"ph":"X","name":"s_kernel_time","args":{"op_name":"Sub",
        "provider":"CPUExecutionProvider","input_type_shape":[{"float":[1,4,6,6]},{"float":[]}]}}]`
    const summary = summariseProfile(parseTrace(text))
    expect(summary.byShape).toHaveLength(1)
    expect(summary.byShape[0]).toMatchObject({ operator: 'Sub', inputs: '1x4x6x6, scalar', msPerRun: 0.024 })
  })

  it('refuses text that is not a trace', () => {
    expect(() => parseTrace('[')).toThrow(expect.objectContaining({ code: 'engine.failed' }))
    expect(() => parseTrace('{"traceEvents": []}')).toThrow(expect.objectContaining({ code: 'engine.failed' }))
  })
})
