// Turns what ONNX Runtime says when it fails into errors a person can act on; its own words stay in the cause.
import { printBytes } from '../../../shared/graph/printNumbers'
import { NetloomError, type WayOut } from '../../../shared/graph/errors'
import type { RunDevice } from '../../../shared/training/deviceNames'

type Said = RegExpMatchArray

/** What a known complaint means. */
interface Meaning {
  readonly pattern: RegExp
  /** `engine.device` where the device is not there at all; left out: `engine.failed`. */
  readonly code?: 'engine.device' | 'engine.memory' | 'engine.lost'
  /** A sentence without its full stop. */
  readonly explain: (said: Said, device: RunDevice) => string
  readonly hint: string
  readonly way?: WayOut
}

const smaller = 'Use a smaller batch or smaller images.'

/** The first that fits counts. Most patterns end in the numbers, which stand at the end of ONNX Runtime's sentences. */
const meanings: readonly Meaning[] = [
  {
    pattern: /Failed to get a WebGPU adapter/u,
    code: 'engine.device',
    explain: () => 'WebGPU finds no graphics processor that it can use',
    hint: 'The list of devices says what is missing; cpu works everywhere.',
  },
  {
    pattern: /Failed to load shared library/u,
    code: 'engine.device',
    explain: (_, device) => `the libraries that ${device} needs are not installed`,
    hint: 'The list of devices says what is missing; cpu works everywhere.',
  },
  {
    pattern: /Failed to allocate memory for requested buffer of size (\d+)/u,
    code: 'engine.memory',
    explain: ([, size], device) => `${device} has no memory left for a tensor of ${printBytes(Number(size))}`,
    hint: smaller,
  },
  {
    pattern: /bad_alloc|bad allocation|out.of.memory/iu,
    code: 'engine.memory',
    explain: (_, device) => `${device} has no memory left`,
    hint: smaller,
  },
  {
    pattern: /running (\w+) node\. Name:'([^']*)'.*Too many storage buffers.*Current: (\d+), Max is (\d+)/su,
    explain: ([, operator, name, wanted, most]) =>
      `${operator} "${name}" needs ${wanted} buffers in one shader and the graphics processor allows ${most}, as happens with very large tensors`,
    hint: `${smaller} Or try the device cpu.`,
    way: 'deviceCpu',
  },
  {
    pattern: /device (?:was|is) lost|device.lost|CUDA failure (?:700|719|999)\b|GPU is lost/iu,
    code: 'engine.lost',
    explain: (_, device) => `the graphics processor behind ${device} was reset or taken away`,
    hint: 'Start again; where it happens again, use the device cpu.',
    way: 'deviceCpu',
  },
  {
    pattern: /Fatal error: (\S+)\(-?\d+\) is not a registered function/u,
    explain: ([, operator]) => `there is no operator ${operator}`,
    hint: 'The model was made for another runtime.',
  },
  {
    pattern: /Could not find an implementation for (\w+)\(\d+\) node with name '([^']*)'/u,
    explain: ([, operator, name], device) =>
      `${device} has no kernel for ${operator} "${name}" with the data types of this model`,
    hint: 'Export the model in float32.',
  },
  {
    pattern: /Unsupported model IR version: (\d+), max supported IR version: (\d+)/u,
    explain: ([, found, most]) => `the model has the ONNX file version ${found}, and this version reads up to ${most}`,
    hint: 'Export it for an older version of ONNX.',
  },
  {
    pattern: /Opset (\d+) is under development.*is till opset (\d+)/su,
    explain: ([, found, most]) => `the model has the operator set ${found}, and this version reads up to ${most}`,
    hint: 'Export it for an older operator set.',
  },
  {
    pattern: /This is an invalid model\..*In Node, \("([^"]*)", (\w+),.*Error (.+)$/su,
    explain: ([, name = '', operator, fault = '']) =>
      `the file is no valid model: ${operator} "${name}": ${fault.trim().replace(/\.$/u, '')}`,
    hint: 'The program that wrote it has a fault.',
  },
  {
    pattern: /protobuf parsing failed/iu,
    explain: () => 'the file is not an ONNX model, or is cut short',
    hint: 'Get the file anew.',
  },
  {
    pattern: /invalid dimensions for input: (\S+).*index: (\d+) Got: (\d+) Expected: (\d+)/su,
    explain: ([, input, axis, got, expected]) =>
      `input "${input}" has ${got} along axis ${axis} where ${expected} are due`,
    hint: 'The images do not have the size that the model was made for.',
  },
  {
    pattern: /Load model from .* failed: ?(.+)$/su,
    explain: ([, fault = '']) => withoutTrace(fault),
    hint: 'Get the file anew, or export it anew.',
  },
]

/**
 * The error for a failure of ONNX Runtime.
 * @param what what it was doing, the start of the sentence: `ONNX Runtime cannot prepare the network`
 * @returns `engine.device` where the device is missing, `engine.memory`, `engine.lost`, else `engine.failed`
 */
export function engineError(what: string, device: RunDevice, cause: unknown): NetloomError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  for (const { pattern, code = 'engine.failed', explain, hint, way } of meanings) {
    const said = reason.match(pattern)
    if (said) return new NetloomError(code, `${what} on ${device}: ${explain(said, device)}.`, { hint, way, cause })
  }
  const plain = withoutTrace(reason)
  return new NetloomError('engine.failed', `${what} on ${device}: ${plain}.`, {
    received: plain,
    ...(device !== 'cpu' && { hint: 'Try the device cpu.', way: 'deviceCpu' }),
    cause,
  })
}

/** ONNX Runtime's words without source files, signatures, conditions and colours, and without the last full stop. */
export function withoutTrace(reason: string): string {
  const coloured = new RegExp(`${String.fromCodePoint(27)}\\[[\\d;]*m`, 'gu')
  return reason
    .replace(coloured, '')
    .replace(/\[ONNXRuntimeError\] : \d+ : \w+ : /gu, '')
    .replace(/Non-zero status code returned while running (\w+) node\. Name:'([^']*)' Status Message: /gu, '$1 "$2": ')
    .replace(
      /\S*\/?onnxruntime\S*\.(?:cc|h|cpp):\d+ (?:[^\n]*? was false\. |[^\n]*\)(?: const)?(?:::<lambda\(\)>)? )?/gu,
      '',
    )
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at /u.test(line))
    .join(' ')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/\.$/u, '')
}
