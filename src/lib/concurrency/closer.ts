interface Resource {
  readonly name: string
  readonly close: () => Promise<void>
}

/** Records opened resources and closes them in reverse order. */
export class Closer {
  readonly #opened: Resource[] = []
  #closing: Promise<void> | null = null

  /** The name identifies the resource in the error message if it fails to close. */
  add(name: string, close: () => Promise<void>): void {
    this.#opened.push({ name, close })
  }

  /**
   * Closes the resources one after the other, the last opened first. A failure does not keep the rest open. Further
   * calls return the same promise and close nothing twice.
   * @throws AggregateError with every failure, after all resources were tried.
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
