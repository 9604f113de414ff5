// Where mixed precision is refused before a run, by the device that is chosen and those that work.
import { expect, it } from 'vitest'
import type { Device } from '../../../kernel/devices/devicesStore'
import { precisionProblem } from './precisionProblem'

const found = (device: Device['device'], state: Device['state'], engine: Device['engine'] = 'ort'): Device => ({
  engine,
  device,
  name: device,
  state,
  detail: '',
  imagesPerSecond: null,
})
const auto = { device: 'auto', engine: 'ort' } as const

it('is a matter of the device that was chosen', () => {
  expect(precisionProblem({ device: 'webgpu', engine: 'ort' }, undefined)).toBeNull()
  expect(precisionProblem({ device: 'cpu', engine: 'ort' }, undefined)).toMatch(/^Not on CPU: it has no 16-bit/u)
  expect(precisionProblem({ device: 'webgpu', engine: 'tfjs' }, undefined)).toMatch(/TensorFlow\.js has no mixed/u)
})

it('is a matter of the devices that work where one is chosen by itself', () => {
  const cpu = found('cpu', 'works')
  expect(precisionProblem(auto, undefined)).toBeNull()
  expect(precisionProblem(auto, [cpu, found('cuda', 'works')])).toBeNull()
  expect(precisionProblem(auto, [cpu, found('cuda', 'failed'), found('webgpu', 'works', 'tfjs')])).toMatch(
    /^Only CPU works here; mixed precision needs/u,
  )
  expect(precisionProblem(auto, [found('webgpu', 'missing')])).toMatch(/^No device that has it works here/u)
})
