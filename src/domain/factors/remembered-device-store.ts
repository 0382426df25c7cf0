import type { RememberedDevice } from './remembered-device.ts'

export interface RememberedDeviceStore {
  /** Stores a device. Beyond `maxRememberedDevices` of its owner, the oldest ones are removed. */
  insert(device: RememberedDevice): Promise<void>
  /** Whether the user has a device with one of these digests that has not expired. One from before a deactivation of the tenant has. */
  isRemembered(userId: string, digests: readonly Uint8Array<ArrayBuffer>[], now: Date): Promise<boolean>
  /** Removes every device of the user. Returns the number of devices that had not expired. */
  removeAll(userId: string, now: Date): Promise<number>
  /** Removes up to `limit` devices that expired before that time. Returns the number of removed devices. */
  purge(expiredBefore: Date, limit: number): Promise<number>
}
