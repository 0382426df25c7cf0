/**
 * Why a process ends. `stopping`: load balancers must send nothing more, so it reports that it is not ready. `replaced`: another
 * process of its group has taken its place behind the same port, which stays ready.
 */
export type DrainReason = 'stopping' | 'replaced'
