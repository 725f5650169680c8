publish('stg_leak', { type: 'view', columns: { _extra: 'Everything else' } }).query(
  (ctx) => `SELECT store.store_no, store._extra AS more FROM ${ctx.ref('stg_shop_stores')} AS store`, // !
);
