// The shells that can complete command lines here; their scripts are scripts.ts.

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof shells)[number]
