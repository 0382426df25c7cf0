/** Leases that let one process at a time run a job. A lease that is not renewed expires. */
export interface JobLeases {
  /** Takes the lease, or extends it if the caller holds it. Atomic. False while another holder has it. */
  acquire(name: string, holder: string, until: Date, now: Date): Promise<boolean>
  /** Releases the lease; does nothing if the caller does not hold it any more. */
  release(name: string, holder: string): Promise<void>
}
