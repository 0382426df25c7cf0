/** Whether this process is about to stop. Once begun, a drain does not end. */
export class DrainState {
  #started = false

  get started(): boolean {
    return this.#started
  }

  start(): void {
    this.#started = true
  }
}
