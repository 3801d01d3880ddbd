import { BookScene, publicAddress } from '../../../test/support/book-samples.ts';
import type { NodeId } from '../support/brand.ts';

const NODE = 'ab'.repeat(20) as NodeId;
const OLD = publicAddress(1, 1);
const NEW = publicAddress(2, 2);
const placeOf = ({ book }: BookScene): string | undefined => book.addressOf(NODE)?.address.key;

/** `NODE` is proven at `OLD`. */
function proven(): BookScene {
  const scene = new BookScene();
  scene.heard(OLD);
  scene.heard(NEW);
  scene.met(OLD, { nodeId: NODE });
  scene.now += 30_000;
  scene.proven(OLD);
  scene.ended(OLD);
  return scene;
}

describe('where a node is', () => {
  it('is where it was met last, as long as nothing is proven', () => {
    const scene = new BookScene();
    for (const address of [OLD, NEW]) scene.heard(address);
    scene.met(OLD, { nodeId: NODE });
    scene.met(NEW, { nodeId: NODE });
    expect(placeOf(scene)).toBe(NEW.key);
  });

  it('is not moved from a proven address by another one that claims its id', () => {
    const scene = proven();
    scene.met(NEW, { nodeId: NODE });
    expect(placeOf(scene)).toBe(OLD.key);
    expect(scene.book.get(NEW.key)?.nodeId).toBe(NODE);
  });

  it('is the other address as soon as the proven one fails', () => {
    const scene = proven();
    scene.met(NEW, { nodeId: NODE });
    scene.failed(OLD);
    expect(placeOf(scene)).toBe(NEW.key);
  });

  it('is the other address when the proven one failed before', () => {
    const scene = proven();
    scene.failed(OLD);
    expect(placeOf(scene)).toBe(OLD.key);
    scene.met(NEW, { nodeId: NODE });
    expect(placeOf(scene)).toBe(NEW.key);
  });

  it('may change after a goodbye', () => {
    const scene = proven();
    scene.met(OLD, { nodeId: NODE });
    scene.ended(OLD, 'shutting-down');
    scene.met(NEW, { nodeId: NODE });
    expect(placeOf(scene)).toBe(NEW.key);
  });

  it('is unknown once its only address answers as another node, or is removed', () => {
    const scene = proven();
    scene.met(OLD, { nodeId: 'cd'.repeat(20) as NodeId });
    expect(placeOf(scene)).toBeUndefined();
    const other = proven();
    other.apply({ kind: 'forgotten-by-operator', key: OLD.key });
    expect(placeOf(other)).toBeUndefined();
  });

  it('is the other address when the proven one is removed', () => {
    const scene = proven();
    scene.met(NEW, { nodeId: NODE });
    scene.apply({ kind: 'forgotten-by-operator', key: OLD.key });
    expect(placeOf(scene)).toBe(NEW.key);
  });
});
