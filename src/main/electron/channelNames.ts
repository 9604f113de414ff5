// The names of the messages between a window and the main process; apart from their schemas, for the preload script.

/** From the page: connect to showElsewhere; to the page: the rest. */
export const channels = {
  connect: 'netloom:connect',
  document: 'netloom:document',
  commands: 'netloom:commands',
  closeAnswer: 'netloom:closeAnswer',
  editText: 'netloom:editText',
  recoveryKept: 'netloom:recoveryKept',
  zoom: 'netloom:zoom',
  theme: 'netloom:theme',
  fileAnswer: 'netloom:fileAnswer',
  showElsewhere: 'netloom:showElsewhere',
  command: 'netloom:command',
  openFile: 'netloom:openFile',
  closeAsked: 'netloom:closeAsked',
  keepRecovery: 'netloom:keepRecovery',
  showRun: 'netloom:showRun',
} as const
