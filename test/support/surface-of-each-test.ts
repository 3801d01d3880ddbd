import { openOperatorSurface, type OperatorSurface } from './operator-surface.ts';
import { RawHttp } from './raw-http.ts';

/** A surface for each test of a file, and raw connections to it that end with the test. */
export class SurfaceOfEachTest {
  #surface: OperatorSurface | undefined;
  readonly #clients: RawHttp[] = [];

  /** Registers the hooks: called where `beforeEach` may be. */
  constructor() {
    beforeEach(async () => {
      this.#surface = await openOperatorSurface();
    });
    afterEach(async () => {
      this.endClients();
      await this.#surface?.application.close();
    });
  }

  get surface(): OperatorSurface {
    if (this.#surface === undefined) throw new Error('no test is running');
    return this.#surface;
  }

  async openRaw(port: number): Promise<RawHttp> {
    const raw = await RawHttp.open(port);
    this.#clients.push(raw);
    return raw;
  }

  endClients(): void {
    for (const { socket } of this.#clients.splice(0)) socket.destroy();
  }
}
