// Which files a start of the program names; not opening them.
import { basename, resolve } from 'node:path'

/** Whether a path names a file that Netloom opens from outside. */
export function isOpenable(path: string): boolean {
  const name = basename(path).toLowerCase()
  return (name.endsWith('.netloom.json') && name !== '.netloom.json') || (name.endsWith('.onnx') && name !== '.onnx')
}

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
  const files = given.filter((argument, index) => isName(index) && isOpenable(argument))
  return [...new Set(files.map((file) => resolve(folder, file)))]
}
