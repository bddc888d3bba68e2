<?php
// Makes and changes the WordPress site of a test, in the place of its administrator: php wordpress.php STEP, with what is
// wanted as JSON on standard input. Posts that are made are told by their titles, with the numbers they got, on standard output.

$step = $argv[1];
$want = json_decode( stream_get_contents( STDIN ), true );
if ( 'install' === $step ) {
	define( 'WP_INSTALLING', true );
}
require $want['wordpress'] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

// term returns the number of a category or tag, which is made when there is none.
function term( $name, $taxonomy ) {
	$found = get_term_by( 'name', $name, $taxonomy );
	$made  = $found ? array( 'term_id' => $found->term_id ) : wp_insert_term( $name, $taxonomy );
	return (int) $made['term_id'];
}

// put makes a post, or changes the one that has a number, and returns its number.
function put( $p ) {
	$id = wp_insert_post(
		wp_slash(
			array(
				'ID'            => $p['id'] ?? 0,
				'post_title'    => $p['title'],
				'post_content'  => $p['content'] ?? '',
				'post_date'     => $p['date'],
				'post_date_gmt' => get_gmt_from_date( $p['date'] ),
				'post_status'   => $p['status'] ?? 'publish',
				'post_type'     => $p['type'] ?? 'post',
				'post_password' => $p['password'] ?? '',
				'post_category' => array_map( fn( $name ) => term( $name, 'category' ), $p['categories'] ?? array() ),
				'tags_input'    => $p['tags'] ?? array(),
				'edit_date'     => true,
			)
		),
		true
	);
	if ( is_wp_error( $id ) ) {
		fwrite( STDERR, $id->get_error_message() . "\n" );
		exit( 1 );
	}
	return $id;
}

switch ( $step ) {
	case 'install':
		wp_install( $want['name'], 'yllapito', 'yllapito@example.org', true, '', bin2hex( random_bytes( 12 ) ) );
		update_option( 'timezone_string', $want['zone'] );
		update_option( 'posts_per_rss', 30 );
		$wp_rewrite->set_permalink_structure( $want['permalinks'] );
		foreach ( array( 1, 2, 3 ) as $sample ) {
			wp_delete_post( $sample, true );
		}
		break;
	case 'put':
		wp_suspend_cache_invalidation( true );
		$made = array();
		foreach ( $want['posts'] as $p ) {
			$made[ $p['title'] ] = put( $p );
		}
		flush_rewrite_rules( false );
		echo json_encode( $made );
		break;
	case 'trash':
		wp_trash_post( $want['id'] );
		break;
	case 'delete':
		wp_delete_post( $want['id'], true );
		break;
	case 'ungmt': // as imports from old systems leave posts behind
		$wpdb->update( $wpdb->posts, array( 'post_date_gmt' => '0000-00-00 00:00:00' ), array( 'ID' => $want['id'] ) );
		clean_post_cache( $want['id'] );
		break;
}
