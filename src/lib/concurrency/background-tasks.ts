/** Work that no response waits for. It ends before the process does. */
export class BackgroundTasks {
  readonly #running = new Set<Promise<void>>()

  /** Starts a task. `failed` receives its error. */
  run(task: () => Promise<void>, failed: (error: unknown) => void): void {
    const running = task()
      .catch(failed)
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Resolves when no task runs. Call it when no more tasks are started. */
  async idle(): Promise<void> {
    await Promise.all(this.#running)
  }
}
