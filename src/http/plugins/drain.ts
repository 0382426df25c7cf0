/** Whether this process is about to stop. Once begun, a drain does not end. */
export class Drain {
  #started = false

  get started(): boolean {
    return this.#started
  }

  start(): void {
    this.#started = true
  }
}
