// Which files a start of the program names, and when two paths name one file; not opening them.
import { posix, resolve, win32 } from 'node:path'
import { isOpenableName } from '../../shared/graph/fileNames'

/**
 * The files among the arguments of a start, absolute, each once.
 * @param argv with the program itself in front, as the system gives it
 * @param folder where the start happened
 */
export function findFileArguments(argv: readonly string[], folder: string): string[] {
  const given = argv.slice(1)
  const afterDashes = given.indexOf('--')
  const isFlag = (index: number): boolean => given[index]?.startsWith('-') === true
  const isName = (index: number): boolean => (afterDashes >= 0 && index > afterDashes) || !isFlag(index)
  const files = given.filter((argument, index) => isName(index) && isOpenableName(argument))
  return [...new Set(files.map((file) => resolve(folder, file)))]
}

/** Whether two absolute paths name one file on a system; Windows and macOS take large and small letters for the same. */
export function isSamePath(a: string, b: string, platform: string): boolean {
  const isBlind = platform === 'win32' || platform === 'darwin'
  const system = platform === 'win32' ? win32 : posix
  const plain = (path: string): string => {
    const whole = system.normalize(path)
    return isBlind ? whole.normalize('NFC').toLowerCase() : whole
  }
  return plain(a) === plain(b)
}
