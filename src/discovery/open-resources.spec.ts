import { OpenResources } from './open-resources.ts';

it('closes what was opened, the last first, and reports what would not close', async () => {
  const resources = new OpenResources();
  const closed: string[] = [];
  const fault = new Error('stuck');
  await resources.opened(() => void closed.push('store'));
  await resources.opened(() => Promise.reject(fault));
  await resources.opened(() => void closed.push('node'));
  expect(await resources.closeAll()).toEqual([fault]);
  expect(closed).toEqual(['node', 'store']);
  expect(await resources.closeAll()).toEqual([]);
});

it('closes at once what is opened after the start was given up', async () => {
  const resources = new OpenResources();
  await resources.closeAll();
  let closed = false;
  await resources.opened(() => {
    closed = true;
  });
  expect(closed).toBe(true);
});
