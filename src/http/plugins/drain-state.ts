/** Whether this process is shutting down. Once started, draining cannot be reverted. */
export class DrainState {
  #started = false

  get started(): boolean {
    return this.#started
  }

  start(): void {
    this.#started = true
  }
}
