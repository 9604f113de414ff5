// The engines and devices that the bench measures on this machine; not measuring them.
import type { EngineName, RunDevice } from '../../shared/training/deviceNames'
import type { FoundDevice } from '../devices/deviceReports'

/** One engine on one device. */
export interface BenchTarget {
  readonly engine: EngineName
  readonly device: RunDevice
}

/** What the other rows are compared with. */
export const referenceTarget: BenchTarget = { engine: 'ort', device: 'cpu' }

/** A target whose test was slower than the reference's by more than this is measured only where it is asked for. */
const hopelessFactor = 20

/**
 * What works and is worth the time, the reference first.
 * @param takesAll also programs that stand for a GPU, and engines that take minutes for a row
 * @param note called with what is left out, and why
 */
export function listTargets(
  found: readonly FoundDevice[],
  takesAll: boolean,
  note: (text: string) => void,
): readonly BenchTarget[] {
  const reference = found.find((report) => isReference(report))?.imagesPerSecond ?? 0
  const others = found.filter((report) => report.state === 'works' && !isReference(report))
  const taken = others.filter(({ engine, device, imagesPerSecond, isSoftware }) => {
    const isHopeless = (imagesPerSecond ?? 0) * hopelessFactor < reference
    if (takesAll || (!isSoftware && !isHopeless)) return true
    const why = isSoftware ? 'a software adapter' : 'far slower in its test'
    note(`${engine} on ${device} is left out, as it is ${why}; --device all measures it.`)
    return false
  })
  return [referenceTarget, ...taken.map(({ engine, device }) => ({ engine, device }))]
}

/** Whether it is ONNX Runtime on the CPU. */
export function isReference({ engine, device }: BenchTarget): boolean {
  return engine === referenceTarget.engine && device === referenceTarget.device
}
