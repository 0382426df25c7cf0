/** Who may run a job of which one process is enough; a lease that is not renewed falls free by itself. */
export interface JobLeases {
  /** Takes the lease, or keeps one's own for longer. False while another holder has it. Atomic. */
  acquire(name: string, holder: string, until: Date, now: Date): Promise<boolean>
  /** Gives it back, if it is still the holder's. */
  release(name: string, holder: string): Promise<void>
}
