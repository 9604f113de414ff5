// Finds a Python that has PyTorch; nothing is installed.
import { spawnSync } from 'node:child_process'
import { pythonCommands } from '../exchange/pythonCommands'

/** The first command that can import torch; null where there is none. */
export function findPythonWithTorch(): string | null {
  const hasTorch = (command: string) =>
    spawnSync(command, ['-c', 'import torch'], { stdio: 'ignore', timeout: 60_000 }).status === 0
  return pythonCommands.find(hasTorch) ?? null
}
