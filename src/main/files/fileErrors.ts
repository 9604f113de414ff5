// File system errors as Netloom's errors: which path, what is wrong, what to do.
import { NetloomError } from '../../shared/graph/errors'
import { NoRegularFile } from './readRegular'

/** The code of a Node file system error (`ENOENT`), or undefined for anything else. */
export function fileErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Whether it says that a file cannot be read, not what its bytes hold. */
export function isFileFailure(error: unknown): boolean {
  return error instanceof NoRegularFile || fileErrorCode(error) !== undefined
}

const tooManyOpen = 'cannot be opened, too many files are open'

/** What each code of a system call that reads says of a file. */
const faults: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'has a part in its path that is no folder',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  ELOOP: 'is a symbolic link that leads back to itself',
  ENAMETOOLONG: 'has a name that is too long for this system',
  EIO: 'cannot be read, the disk does not answer as it should',
  EMFILE: tooManyOpen,
  ENFILE: tooManyOpen,
}

/** Why a file cannot be read, in words: what follows its name in a sentence. */
export function describeFileError(error: unknown): string {
  if (error instanceof NoRegularFile) return error.message
  const known = faults[fileErrorCode(error) ?? '']
  if (known !== undefined) return known
  return `could not be read: ${(error instanceof Error ? error.message : String(error)).replace(/\.$/, '')}`
}

/** Says which file could not be read and why. */
export function readFailure(path: string, cause: unknown): NetloomError {
  const hint = fileErrorCode(cause) === 'ENOENT' ? 'Check the path.' : undefined
  return new NetloomError('file.read', `"${path}" ${describeFileError(cause)}.`, { path, hint, cause })
}

/** The error for a file or folder that a dataset cannot do without. */
export function datasetFileError(error: unknown, path: string, what: string): NetloomError {
  const code = fileErrorCode(error)
  const message = `${what} "${path}" ${describeFileError(error)}.`
  if (code === 'EACCES' || code === 'EPERM') {
    return new NetloomError('dataset.permission', message, { path, hint: 'Change its permissions.', cause: error })
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new NetloomError('dataset.missing', message, { path, hint: 'Check the path.', cause: error })
  }
  return new NetloomError('file.read', message, { path, cause: error })
}
