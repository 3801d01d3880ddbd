/** The two HTTP listeners of one application. */
export const LISTENER_NAMES = ['public', 'operations'] as const;
export type ListenerName = (typeof LISTENER_NAMES)[number];

/** What the process knows of its own life; the core knows nothing of listeners and signals. */
export class ApplicationStatus {
  private startedOnce = false;
  private drainBegun = false;
  private readonly accepting = new Set<ListenerName>();

  /** Has started once; never goes back. */
  get started(): boolean {
    return this.startedOnce;
  }

  /** Has been told to stop; never goes back. */
  get draining(): boolean {
    return this.drainBegun;
  }

  /** Listeners that do not accept connections now. */
  closedListeners(): ListenerName[] {
    return LISTENER_NAMES.filter((name) => !this.accepting.has(name));
  }

  listenerOpened(name: ListenerName): void {
    this.accepting.add(name);
    if (this.accepting.size === LISTENER_NAMES.length) this.startedOnce = true;
  }

  listenerClosed(name: ListenerName): void {
    this.accepting.delete(name);
  }

  markDraining(): void {
    this.drainBegun = true;
  }
}
