// The scripts by which shells ask `netloom complete` while a command line is typed, one file each; not the answers (completeWords.ts).
import bash from './netloom.bash?raw'
import fish from './netloom.fish?raw'
import powershell from './netloom.ps1?raw'
import zsh from './netloom.zsh?raw'
import type { Shell } from './shells'

/** The script of each shell. */
export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell }
