// File system errors as Netloom's errors: which path, what is wrong, what to do.
import { NetloomError } from '../../shared/graph/errors'

/** The code of a Node file system error (`ENOENT`), or undefined for anything else. */
export function fileErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Why a file cannot be read, in words. */
export function describeFileError(error: unknown): string {
  const code = fileErrorCode(error) ?? ''
  switch (code) {
    case 'ENOENT':
      return 'does not exist'
    case 'ENOTDIR':
      return 'is no folder'
    case 'EISDIR':
      return 'is a folder'
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by this user'
    case 'ELOOP':
      return 'is a symbolic link that leads back to itself'
    case 'ENAMETOOLONG':
      return 'has a name that is too long for this system'
    case 'EIO':
      return 'cannot be read, the disk does not answer as it should'
    case 'EMFILE':
    case 'ENFILE':
      return 'cannot be opened, too many files are open'
    default:
      return error instanceof Error ? error.message : String(error)
  }
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
