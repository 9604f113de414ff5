// Commands that have a name already and come in a later version.
import { writeNote } from '../output'
import { exitCodes } from '../usage'

const instead = {
  import:
    'ONNX files can be looked at with "netloom info", and used as they are with "netloom eval" and "netloom predict".',
} as const

/** Says that a command is not in this version, and what there is. */
export async function runNotYet(name: keyof typeof instead): Promise<number> {
  writeNote(`netloom: "netloom ${name}" is not in this version. ${instead[name]}`)
  return exitCodes.failed
}
