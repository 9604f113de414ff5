// Where an export is proposed to go, whatever folder was opened last.
import { expect, it } from 'vitest'
import { exportPlace } from './exportPlace'

it.each([
  ['a run beside its document', { path: '/project/runs/ft-2', name: 'ft', isRun: true }, undefined, '/project/ft.onnx'],
  ['a run in another folder', { path: '/trials/ft-2', name: 'ft', isRun: true }, undefined, '/trials/ft.onnx'],
  [
    'a document',
    { path: '/project/a.netloom.json', name: 'a.netloom.json', isRun: false },
    undefined,
    '/project/a.onnx',
  ],
  [
    'the saved network on the screen',
    { path: 'staged', name: 'a', isRun: false },
    '/project/a.json',
    '/project/a.onnx',
  ],
  ['a network that lies nowhere', { path: 'staged', name: 'a', isRun: false }, null, '/home/me/a.onnx'],
  ['a name that is no file name', { path: '/p/runs/x', name: 'a/b: c', isRun: true }, undefined, '/p/a-b- c.onnx'],
])('proposes the project folder: %s', (_, model, documentPath, place) => {
  expect(exportPlace(model, 'onnx', documentPath, '/home/me')).toBe(place)
})
