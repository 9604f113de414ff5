// The machine in one line, as a number from it must be quoted.
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

/** `AMD EPYC, 2 cores, 23.5 GiB, Linux 6.1, Node 20.20.2`. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const cores = availableParallelism()
  const memory = (totalmem() / 2 ** 30).toFixed(1)
  const system = `${type()} ${release()}`
  return `${model}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memory} GiB, ${system}, Node ${process.versions.node}`
}
