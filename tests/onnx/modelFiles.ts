// The recorded ONNX files of other programs, and the independent checker; both may be absent.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const reference = process.env['NETLOOM_REFERENCE'] ?? join(import.meta.dirname, '../../../shared/reference')

/** Paths of the ResNet-20 files exported by PyTorch that are there. */
export const recordedModels: readonly string[] = ['resnet20-cifar10-bn.onnx', 'resnet20-cifar10.onnx']
  .map((name) => join(reference, '../models', name))
  .filter((path) => existsSync(path))

if (recordedModels.length === 0)
  console.info('Tests with recorded ONNX files are skipped: there is no folder "models" beside NETLOOM_REFERENCE.')

const python = '/usr/bin/python3'

/** Whether Debian's python3-onnx is installed. */
export const hasChecker = spawnSync(python, ['-c', 'import onnx']).status === 0

if (!hasChecker) console.info(`Tests with onnx.checker are skipped: ${python} has no module "onnx" (python3-onnx).`)

/** Runs onnx.checker on a file. @throws with the checker's text where it finds anything */
export function checkFile(path: string): void {
  const program = 'import sys, onnx; onnx.checker.check_model(sys.argv[1], full_check=True)'
  execFileSync(python, ['-c', program, path], { stdio: 'pipe' })
}
