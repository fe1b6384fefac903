/** Who takes part in every measurement, on every server. */
export const CUSTOMER = {
  id: 'user_cleo',
  name: 'Cleo Marchetti',
  email: 'cleo.marchetti@example.org',
  roles: ['USER'],
  disabled: false,
  avatarUrl: null,
};

export const AUDITOR = {
  id: 'user_audrey',
  name: 'Audrey Lambert',
  email: 'audrey.lambert@example.com',
  roles: ['AUDITOR'],
  disabled: false,
  avatarUrl: null,
};

/** One for each connection, so that nobody's starts wait for somebody else's. */
export const ADMINS = Array.from({ length: 64 }, (_, index) => ({
  id: `user_admin_${String(index).padStart(2, '0')}`,
  name: `Admin ${index}`,
  email: `admin.${index}@example.com`,
  roles: ['ADMIN'],
  disabled: false,
  avatarUrl: null,
}));

export const PEOPLE = [CUSTOMER, AUDITOR, ...ADMINS];
