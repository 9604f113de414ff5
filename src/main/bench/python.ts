// Finds a Python that has PyTorch; nothing is installed.
import { spawnSync } from 'node:child_process'

/** The first command that can import torch; null where there is none. Debian's packages belong to /usr/bin/python3. */
export function findPythonWithTorch(): string | null {
  const commands = process.platform === 'win32' ? ['python', 'py'] : ['python3', '/usr/bin/python3']
  const hasTorch = (command: string) =>
    spawnSync(command, ['-c', 'import torch'], { stdio: 'ignore', timeout: 60_000 }).status === 0
  return commands.find(hasTorch) ?? null
}
