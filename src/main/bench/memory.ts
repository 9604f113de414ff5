// The largest resident set of this process; what a system does not tell is null.
import { readFileSync } from 'node:fs'

/**
 * Bytes. On Linux from `VmHWM` of /proc, because the figure of getrusage also counts the parent between fork and exec;
 * elsewhere from getrusage.
 */
export function readPeakMemory(): number | null {
  if (process.platform === 'linux') {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    return kibibytes === undefined ? null : Number(kibibytes) * 1024
  }
  return process.resourceUsage().maxRSS * 1024
}
