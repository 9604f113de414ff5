// Refuses to read at once what no memory of this machine holds; not how much of it is free.
import { totalmem } from 'node:os'
import { NetloomError } from '../../shared/graph/errors'
import { printBytes } from '../../shared/graph/printNumbers'

/** @param who begins the sentence: the file @throws NetloomError file.read */
export function requireMemory(who: string, bytes: number): void {
  const memory = totalmem()
  if (bytes <= memory) return
  throw new NetloomError(
    'file.read',
    `${who}: ${printBytes(bytes)} would be read at once, and this machine has ${printBytes(memory)} of memory.`,
    { expected: memory, received: bytes },
  )
}
