// Names of which none is given twice; not what names may look like (nodeId.ts).

/** Gives out names: one that is taken gets the lowest free number from 2 on. Takes the same time however many are taken. */
export class UniqueNames {
  private readonly taken: Set<string>
  /** The number to try next, by the name in front of it: the lower ones are taken. */
  private readonly numbers = new Map<string, number>()

  /** @param separator stands between a name and its number */
  constructor(
    taken: Iterable<string>,
    private readonly separator: string,
  ) {
    this.taken = new Set(taken)
  }

  has(name: string): boolean {
    return this.taken.has(name)
  }

  /** The name itself, or with a number; it is taken from now on. */
  take(wanted: string): string {
    let name = wanted
    let number = this.numbers.get(wanted) ?? 2
    while (this.taken.has(name)) name = `${wanted}${this.separator}${number++}`
    this.numbers.set(wanted, number)
    this.taken.add(name)
    return name
  }
}
