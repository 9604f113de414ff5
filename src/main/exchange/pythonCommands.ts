// The commands under which a Python may be found; what it must have is asked of it elsewhere (pytorchProcess.ts, bench/python.ts).

/**
 * In the order in which they are tried. Debian's packages belong to /usr/bin/python3, whatever stands first in the path;
 * on macOS that path, and often `python3`, only offers to install developer tools.
 */
export const pythonCommands: readonly string[] =
  process.platform === 'win32'
    ? ['python', 'py']
    : process.platform === 'darwin'
      ? ['python', '/opt/homebrew/bin/python3', '/usr/local/bin/python3']
      : ['python3', '/usr/bin/python3']
