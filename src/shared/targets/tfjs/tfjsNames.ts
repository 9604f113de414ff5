// Names of TensorFlow.js layers from names of ours: other letters become underscores, no name is given twice, none that every object has.

/** Gives names that TensorFlow.js takes: letters, digits and "_ - . /", the first a letter or digit. */
export class TfjsNames {
  // TensorFlow.js keeps layers in plain objects by name, where `constructor` finds what every object has.
  private readonly taken = new Set(Object.getOwnPropertyNames(Object.prototype))

  take(wanted: string): string {
    const plain = wanted.replace(/[^A-Za-z0-9_./-]/gu, '_').replace(/^[^A-Za-z0-9]/u, 'n$&') || 'n'
    let name = plain
    for (let count = 2; this.taken.has(name); count++) name = `${plain}_${count}`
    this.taken.add(name)
    return name
  }
}
