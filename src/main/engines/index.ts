// Opens an engine by name, loading its native code only then.
import { NetloomError } from '../../shared/graph/errors'
import type { Engine, EngineName } from '../../shared/engine'

/** @throws NetloomError `engine.device` where the engine is not part of this version */
export async function loadEngine(name: EngineName): Promise<Engine> {
  switch (name) {
    case 'ort':
      return (await import('./ort/engine')).ortEngine
    case 'tfjs':
      throw new NetloomError('engine.device', 'The engine "tfjs" is not part of this version of Netloom.', {
        received: name,
        hint: 'Use --engine ort.',
      })
    default:
      return name satisfies never
  }
}
