interface Opened {
  readonly name: string
  readonly close: () => Promise<void>
}

/** Remembers what was opened, in order, and closes it in reverse. */
export class Closer {
  readonly #opened: Opened[] = []
  #closing: Promise<void> | null = null

  /** The name is what a failure to close is reported under. */
  add(name: string, close: () => Promise<void>): void {
    this.#opened.push({ name, close })
  }

  /**
   * Closes everything, one after the other, last opened first; one failure does not keep the rest open.
   * Calling it again gives the same answer and closes nothing twice.
   * @throws AggregateError with every failure, after all were tried.
   */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  async #closeAll(): Promise<void> {
    const failures: Error[] = []
    for (const { name, close } of this.#opened.reverse()) {
      try {
        await close()
      } catch (cause) {
        failures.push(new Error(`${name} did not close`, { cause }))
      }
    }
    if (failures.length > 0)
      throw new AggregateError(failures, failures.map((failure) => failure.message).join('; '))
  }
}
