// The choices of a recipe as people read them; not the form.

const optionTitles: Readonly<Record<string, string>> = {
  sgd: 'SGD',
  momentum: 'SGD with momentum',
  nesterov: 'Nesterov momentum',
  rmsprop: 'RMSProp',
  adam: 'Adam',
  adamw: 'AdamW',
  constant: 'Constant',
  step: 'Step',
  plateau: 'On a plateau',
  exponential: 'Exponential',
  cosine: 'Cosine',
  'cross-entropy': 'Cross-entropy',
  hinge: 'Hinge (SVM)',
  mse: 'Mean squared error',
  perceptron: 'Perceptron rule',
  none: 'None',
  valid: 'None (valid)',
  'same-upper': 'Same size (odd row at the bottom and right)',
  'same-lower': 'Same size (odd row at the top and left)',
  flip: 'Flip',
  'crop-flip': 'Crop and flip',
  digits: 'Digits (shift, no flip)',
  colour: 'Flip and colour',
  cutout: 'Crop, flip and cutout',
  kernels: 'Kernels only',
  all: 'All weights',
}

/** A choice as people read it. */
export function titleOfOption(option: string): string {
  return optionTitles[option] ?? option
}
