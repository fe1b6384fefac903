import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../../src/domain/identity.js';
import { addressGroup, countedAddress, countedAs } from '../../../src/policy/index.js';
import { ada, cleo, direct, impersonated } from './people.js';

describe('what an address is counted by', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['2001:db8::192.0.2.1', '2001:db8:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['1:2::5:6:7:8:9', '1:2:0:5::/64'],
    ['1:2::5:6:7:192.0.2.1', '1:2:0:5::/64'],
    ['::ffff:203.113.10.200', '203.113.10.200'],
    ['64::ffff:192.0.2.1', '64:0:0:0::/64'],
    ['::ffff:192.0.2.1:5', '0:0:0:0::/64'],
    ['not an address', 'not an address'],
  ])('%s by %s', (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });

  it('all of one /64 by the same, however they are written', () => {
    const groups = ['2001:db8:0:1::', '2001:db8:0:1:ffff::', '2001:db8:0:1::1', '2001:DB8:0000:0001:1:2:3:4'];
    expect(new Set(groups.map(addressGroup)).size).toBe(1);
  });
});

describe('who is counted', () => {
  it('is the person really acting, whomever they act as', () => {
    const themselves = countedAs(direct(ada), '203.0.113.7');
    expect(countedAs(impersonated(ada, cleo, 'FULL'), '203.0.113.8')).toBe(themselves);
    expect(countedAs(direct(cleo), '203.0.113.7')).not.toBe(themselves);
  });

  it('is another one for each address, and where none is known', () => {
    const counted = ['203.0.113.7', '203.0.113.8', '2001:db8::1', null].map(countedAddress);
    expect(new Set(counted).size).toBe(4);
  });

  it('is the address of whoever sent no token, and no person of the same name', () => {
    expect(countedAs(ANONYMOUS, '203.0.113.7')).toBe(countedAddress('::ffff:203.0.113.7'));
    expect(countedAs(ANONYMOUS, null)).toBe(countedAddress(null));
    expect(countedAs(ANONYMOUS, ada.id)).not.toBe(countedAs(direct(ada), null));
  });
});
