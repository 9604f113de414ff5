// Reading a small text that need not be there.
import { systemCode } from './durableFile'
import { readFailure } from './fileErrors'
import { readRegularText } from './readRegular'

/** The text of a file; undefined where there is none. @throws NetloomError file.read */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readRegularText(path)
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause))) return undefined
    throw readFailure(path, cause)
  }
}
