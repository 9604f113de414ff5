// Starts the screen, after the one setting that must be there before any module of it runs.

// zod reads its settings here when it is loaded: the content security policy forbids functions that it would compile.
// Its own `z.config` would come too late, because schemas are built while modules load.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })

void import('./start')
