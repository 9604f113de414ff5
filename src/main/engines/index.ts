// Opens an engine by name, loading its native code only then.
import type { Engine } from '../../shared/training/computeEngine'
import type { EngineName } from '../../shared/training/deviceNames'

/** The engine of a name. */
export async function loadEngine(name: EngineName): Promise<Engine> {
  switch (name) {
    case 'ort':
      return (await import('./ort/engine')).ortEngine
    case 'tfjs':
      return (await import('./tfjs/engine')).tfjsEngine
    default:
      return name satisfies never
  }
}
