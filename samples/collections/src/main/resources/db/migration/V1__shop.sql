CREATE TABLE product (
  sku text PRIMARY KEY,
  name text NOT NULL,
  price numeric(10, 2) NOT NULL,
  stock integer NOT NULL CHECK (stock >= 0),
  version bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
);

CREATE TABLE page_view (
  path text PRIMARY KEY,
  views bigint NOT NULL,
  version bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
);

INSERT INTO product (sku, name, price, stock) VALUES
  ('lamp', 'Desk lamp', 39.90, 12),
  ('mug', 'Mug, half a litre', 8.50, 200),
  ('stool', 'Three-legged stool', 64.00, 3);

-- Prices are also changed by people with psql, who know nothing of versions and caches. The functions come with the
-- library; Flyway runs them before each migration.
CREATE TRIGGER product_version BEFORE UPDATE ON product
  FOR EACH ROW EXECUTE FUNCTION coalestra_next_version('version');

CREATE TRIGGER product_notice AFTER INSERT OR UPDATE OR DELETE ON product
  FOR EACH ROW WHEN (current_setting('coalestra.writer', true) IS NULL)
  EXECUTE FUNCTION coalestra_notice('coalestra_collections', 'product', 'sku');
