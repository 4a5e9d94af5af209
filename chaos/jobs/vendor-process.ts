import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { openLineLedger } from '../support/line-ledger.ts';
import { createVendor } from './vendor.ts';
import type { Charge, VendorMessage } from './vendor-protocol.ts';

/** As a program: the ledger's path is the first argument. It ends with its standard input, so that it outlives nobody. */
if (import.meta.main) {
  const tell = (message: VendorMessage): void => console.log(JSON.stringify(message));
  const ledger = openLineLedger<Charge>(process.argv[2] ?? 'charges.jsonl');
  const server = createVendor({ ledger, tellOpen: (kind) => tell({ open: kind }) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  tell({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  process.stdin.resume();
  await once(process.stdin, 'end');
  process.exit(0);
}
