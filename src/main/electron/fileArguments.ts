// Which files a start of the program names; not opening them.
import { resolve } from 'node:path'
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
