declare({ schema: 'shop', name: 'orders', columns: { order_id: 'Order number' } });
declare({ schema: 'shop', name: 'customers', columns: { email: { description: 'E-mail', tags: ['pii'] } } });
