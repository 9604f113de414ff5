// Words and literals of Python: identifiers that are free, numbers, text; not the code they stand in.

/** Words that no identifier may be. @see https://docs.python.org/3.13/reference/lexical_analysis.html#keywords */
const keywords: ReadonlySet<string> = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
)

/** Attributes of every torch.nn.Module, 1.13 and 2.x, and those that the written classes add. */
export const moduleAttributes: readonly string[] = (
  'training dump_patches call_super_init T_destination forward register_buffer register_parameter add_module ' +
  'register_module get_submodule set_submodule get_parameter get_buffer get_extra_state set_extra_state apply cuda ipu ' +
  'xpu mtia cpu type float double half bfloat16 to_empty to register_full_backward_pre_hook register_backward_hook ' +
  'register_full_backward_hook register_forward_pre_hook register_forward_hook register_state_dict_pre_hook ' +
  'register_load_state_dict_pre_hook register_load_state_dict_post_hook register_state_dict_post_hook state_dict ' +
  'load_state_dict parameters named_parameters buffers named_buffers children named_children modules named_modules ' +
  'train eval requires_grad_ zero_grad share_memory extra_repr compile scaling_mean scaling_deviation self'
).split(' ')

/** Gives identifiers that Python takes, none of them twice. */
export class PythonNames {
  private readonly taken: Set<string>

  constructor(reserved: Iterable<string> = []) {
    this.taken = new Set(reserved)
  }

  /** `stage1/conv.1` becomes `stage1_conv_1`; a name that is taken or a keyword gets a number. */
  take(wanted: string, separator = '_'): string {
    const plain = wanted.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^_+/, '') || 'layer'
    const start = /^[0-9]/.test(plain) ? `layer_${plain}` : plain
    let name = start
    for (let count = 2; this.taken.has(name) || keywords.has(name); count++) name = `${start}${separator}${count}`
    this.taken.add(name)
    return name
  }
}

/** `residualBasic`, `user/my block`: `ResidualBasic`, `MyBlock`. */
export function pascalCase(text: string): string {
  const words = text.replace(/^user\//, '').match(/[A-Za-z0-9]+/g) ?? []
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** A number as Python reads it: the same value. */
export function pythonNumber(value: number): string {
  return String(value)
}

export function pythonBoolean(value: boolean): string {
  return value ? 'True' : 'False'
}

/** `(1, 2)`; a single value gets its comma. */
export function pythonTuple(values: readonly number[]): string {
  return values.length === 1 ? `(${values.join('')},)` : `(${values.map(pythonNumber).join(', ')})`
}

/** `3` for a pair of equal numbers, else `(3, 5)`. */
export function pythonPair([first, second]: readonly [number, number]): string {
  return first === second ? pythonNumber(first) : pythonTuple([first, second])
}

/** A string literal: JSON's escapes are Python's too. */
export function pythonString(text: string): string {
  return JSON.stringify(text)
}

/** Text for a comment or docstring: one line, nothing that could end it. */
export function pythonComment(text: string): string {
  return text
    .replace(/[\p{C}\p{Zl}\p{Zp}\\]+/gu, ' ')
    .replaceAll('"', "'")
    .trim()
}
